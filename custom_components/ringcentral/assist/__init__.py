"""What can be asked of Assist: exposed phones, and the sentences of the built-in agent."""
