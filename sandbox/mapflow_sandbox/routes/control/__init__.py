"""Of the sandbox alone, under /sandbox: what there the service's own people, other users, or time decide."""
