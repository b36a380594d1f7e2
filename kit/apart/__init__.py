"""Files of strangers are opened in a process of their own, which may die of them where the web may not."""
