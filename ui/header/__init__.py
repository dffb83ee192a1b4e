"""The header above the tabs: project, balance and account."""
