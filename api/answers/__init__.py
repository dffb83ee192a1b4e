"""What an answer is: a JSON document to be read, or a file of a certain kind."""
