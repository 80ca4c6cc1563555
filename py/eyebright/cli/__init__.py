"""What stands behind the command line; `eyebright.__main__` is its entrance."""
