"""One's imagery on its way from the service: lists, small pictures, files."""
