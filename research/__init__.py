"""What is known about names, logos, colours and taglines."""
