"""What production needs beside the code: image, proxy, database roles, backup, health check."""
