"""Who exists in the sample company: teams, projects, roles and people."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

NAME = "Lumenfold"
EMAIL_DOMAIN = "lumenfold.example"

# The team was called otherwise until this day, and its tags said so.
RENAMED_TEAM, RENAMED_ON = "perception", date(2026, 7, 1)
OLD_TEAM_ID, OLD_TEAM_NAME = "vision-lab", "Vision Lab"

# Runs on real money, but nobody has entered it in the project register.
UNREGISTERED_PROJECT = "moonshot"
# Whose jobs say of no team that they are its.
NOBODYS_ACCOUNT = "scratch"


class Team(NamedTuple):
    team_id: str
    team_name: str
    cost_center: str


class Project(NamedTuple):
    project_id: str
    project_name: str
    project_code: str
    team_id: str


class Rate(NamedTuple):
    """What an hour of a role costs; `valid_to` is exclusive, None is open."""

    role: str
    currency: str
    hourly_rate: str
    valid_from: date
    valid_to: date | None


class Person(NamedTuple):
    """Somebody who writes hours, on projects of these teams."""

    first_name: str
    last_name: str
    role: str
    team_id: str

    @property
    def email(self) -> str:
        return f"{self.first_name}.{self.last_name}@{EMAIL_DOMAIN}".lower()


TEAMS = [
    Team("perception", "Perception", "CC-4100"),
    Team("language", "Language Models", "CC-4110"),
    Team("speech", "Speech and Audio", "CC-4120"),
    Team("robotics", "Robotics", "CC-4130"),
    Team("search", "Search and Retrieval", "CC-4140"),
    Team("recommendations", "Recommendations", "CC-4150"),
    Team("risk", "Risk and Fraud", "CC-4160"),
    Team("customer-ai", "Customer AI", "CC-4170"),
    Team("data-platform", "Data Platform", "CC-4200"),
    Team("ml-platform", "ML Platform", "CC-4210"),
    Team("research", "Applied Research", "CC-4300"),
    Team("workplace-it", "Workplace IT", "CC-4900"),
]

PROJECTS = [
    Project("defect-detection", "Defect Detection", "P-1001", "perception"),
    Project("lane-vision", "Lane Vision", "P-1002", "perception"),
    Project("shelf-scan", "Shelf Scan", "P-1003", "perception"),
    Project("contract-reader", "Contract Reader", "P-1101", "language"),
    Project("base-model-7b", "Base Model 7B", "P-1102", "language"),
    Project("translation-hub", "Translation Hub", "P-1103", "language"),
    Project("call-transcripts", "Call Transcripts", "P-1201", "speech"),
    Project("voice-dubbing", "Voice Dubbing", "P-1202", "speech"),
    Project("grasp-planner", "Grasp Planner", "P-1301", "robotics"),
    Project("warehouse-routing", "Warehouse Routing", "P-1302", "robotics"),
    Project("semantic-search", "Semantic Search", "P-1401", "search"),
    Project("document-index", "Document Index", "P-1402", "search"),
    Project("home-feed", "Home Feed", "P-1501", "recommendations"),
    Project("basket-advice", "Basket Advice", "P-1502", "recommendations"),
    Project("fraud-scoring", "Fraud Scoring", "P-1601", "risk"),
    Project("credit-limits", "Credit Limits", "P-1602", "risk"),
    Project("support-copywriter", "Support Copywriter", "P-1701", "customer-ai"),
    Project("ticket-triage", "Ticket Triage", "P-1702", "customer-ai"),
    Project("churn-forecast", "Churn Forecast", "P-1703", "customer-ai"),
    Project("feature-store", "Feature Store", "P-2001", "data-platform"),
    Project("labeling-factory", "Labeling Factory", "P-2002", "data-platform"),
    Project("training-runtime", "Training Runtime", "P-2101", "ml-platform"),
    Project("model-gateway", "Model Gateway", "P-2102", "ml-platform"),
    Project("sparse-attention", "Sparse Attention", "P-3001", "research"),
]

_ALWAYS, _RAISE = date(2020, 1, 1), date(2026, 7, 1)

RATES = [
    Rate("ML Engineer", "USD", "98.00", _ALWAYS, _RAISE),
    Rate("ML Engineer", "USD", "102.50", _RAISE, None),
    Rate("Data Scientist", "USD", "91.00", _ALWAYS, _RAISE),
    Rate("Data Scientist", "USD", "94.25", _RAISE, None),
    Rate("Research Scientist", "USD", "118.00", _ALWAYS, None),
    Rate("Data Engineer", "EUR", "79.50", _ALWAYS, _RAISE),
    Rate("Data Engineer", "EUR", "82.00", _RAISE, None),
    Rate("Annotation Specialist", "EUR", "34.75", _ALWAYS, None),
    Rate("Product Manager", "USD", "105.00", _ALWAYS, None),
]

PEOPLE = [
    Person("Amara", "Lindqvist", "ML Engineer", "perception"),
    Person("Bruno", "Okafor", "Data Scientist", "perception"),
    Person("Chiara", "Vantongeren", "Annotation Specialist", "perception"),
    Person("Dmitri", "Halloran", "Research Scientist", "language"),
    Person("Elif", "Marchetti", "ML Engineer", "language"),
    Person("Farid", "Osterberg", "Product Manager", "language"),
    Person("Greta", "Nwosu", "ML Engineer", "speech"),
    Person("Hugo", "Takahara", "Annotation Specialist", "speech"),
    Person("Ines", "Kowalczyk", "ML Engineer", "robotics"),
    Person("Jonas", "Adeyemi", "Data Scientist", "robotics"),
    Person("Kavya", "Sorensen", "ML Engineer", "search"),
    Person("Lucas", "Bergstrom", "Data Engineer", "search"),
    Person("Mina", "Castellanos", "Data Scientist", "recommendations"),
    Person("Noor", "Fitzwilliam", "ML Engineer", "recommendations"),
    Person("Otto", "Ramanathan", "Data Scientist", "risk"),
    Person("Priya", "Dubois", "Data Engineer", "risk"),
    Person("Quentin", "Mbeki", "Product Manager", "customer-ai"),
    Person("Rosa", "Ivanchenko", "Data Scientist", "customer-ai"),
    Person("Soren", "Pellegrini", "ML Engineer", "customer-ai"),
    Person("Tala", "Birnbaum", "Data Engineer", "data-platform"),
    Person("Umberto", "Sjogren", "Annotation Specialist", "data-platform"),
    Person("Vera", "Okonkwo", "Data Engineer", "data-platform"),
    Person("Wendell", "Aaltonen", "ML Engineer", "ml-platform"),
    Person("Ximena", "Hartmann", "ML Engineer", "ml-platform"),
    Person("Yusuf", "Delacroix", "Research Scientist", "research"),
]


def project(project_id: str) -> Project:
    """The registered project of this id."""
    return next(known for known in PROJECTS if known.project_id == project_id)
