"""Pictures: taken in, checked, drawn anew in the sizes that pages need, kept in a folder or an S3, and served."""
