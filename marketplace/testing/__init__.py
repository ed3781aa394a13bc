"""What tests of our own and of strangers' plugins stand on: a pytest plugin with a real PostgreSQL behind it."""
