"""What the assistant does without the host: prompts, reading answers, hiding personal numbers, choosing knowledge. Plain
Python that is tested anywhere."""
