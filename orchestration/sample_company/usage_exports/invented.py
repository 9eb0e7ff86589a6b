"""What people say to models and write into tools: invented, in the exports, and never in the warehouse."""

from __future__ import annotations

PROMPTS = [
    "Draft a reply to Theodora Quillfeather about her overdue kidney scan.",
    "Summarise the divorce file of Barnabas Thistlewood in five lines.",
    "Why did the salary of Wilhelmina Ostrander fall in August?",
    "Translate the letter to Ignatius Pemberwick into Dutch.",
    "List the side effects that Cordelia Vanterpool reported.",
]
RESPONSES = [
    "Dear Ms. Quillfeather, we are sorry for the delay of your scan.",
    "Mr. Thistlewood and his wife parted in March; the house is disputed.",
    "Her hours were cut by a fifth after the reorganisation.",
    "Geachte heer Pemberwick, wij danken u voor uw brief.",
    "Ms. Vanterpool reported dizziness, and a rash on the left arm.",
]
NAMES = [
    "Theodora Quillfeather",
    "Barnabas Thistlewood",
    "Wilhelmina Ostrander",
    "Ignatius Pemberwick",
    "Cordelia Vanterpool",
]
ADDRESSES = ["203.0.113.41", "198.51.100.77", "192.0.2.118", "2001:db8::4d2", "203.0.113.209"]

# What must not be found anywhere: whole texts, and the rarer part of each name.
TEXTS = [*PROMPTS, *RESPONSES, *(name.split()[1] for name in NAMES), *ADDRESSES]

ROWS = [(number, *row) for number, row in enumerate(zip(PROMPTS, RESPONSES, NAMES, ADDRESSES, strict=True))]
