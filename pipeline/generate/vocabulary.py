"""The words of which people and products are named."""

import unicodedata

FIRST_NAMES = (
    "Ada", "Adrian", "Aisha", "Alba", "Amara", "Andrei", "Anna", "Anton", "Bea", "Björn", "Carla", "Chiara",
    "Clara", "Daniel", "Diego", "Dmitri", "Elena", "Elif", "Emil", "Emma", "Erik", "Eva", "Fatima", "Femi", "Finn",
    "Freya", "Gabriel", "Grace", "Hana", "Hannah", "Hugo", "Ibrahim", "Ida", "Inés", "Isaac", "Ivan", "Jack",
    "Jana", "Jin", "João", "Jonas", "Julia", "Jun", "Karim", "Kofi", "Lars", "Laura", "Lena", "Leo", "Liam", "Lina",
    "Louis", "Lucía", "Luka", "Malik", "Mara", "Maria", "Mateo", "Maya", "Mia", "Milan", "Nadia", "Nina", "Noah",
    "Noor", "Nora", "Olga", "Oliver", "Omar", "Oscar", "Pablo", "Paula", "Pavel", "Petra", "Priya", "Rafael",
    "Ravi", "Rosa", "Ruth", "Samira", "Samuel", "Sara", "Sofia", "Stefan", "Tara", "Thea", "Theo", "Tomás", "Vera",
    "Victor", "Wei", "William", "Yara", "Yusuf", "Zoë",
)  # fmt: skip
LAST_NAMES = (
    "Abdi", "Adeyemi", "Ahmed", "Almeida", "Andersson", "Baker", "Bauer", "Becker", "Bell", "Bernard", "Bianchi",
    "Brown", "Carter", "Castro", "Chen", "Clark", "Costa", "Dubois", "Evans", "Farouk", "Fernández", "Ferrari",
    "Fischer", "Fontaine", "García", "Gruber", "Gupta", "Haddad", "Hall", "Hansen", "Hernández", "Hoffmann",
    "Horvat", "Hughes", "Ito", "Ivanov", "Jansen", "Jensen", "Johansson", "Jones", "Kaya", "Keller", "Khan", "Kim",
    "King", "Klein", "Kowalski", "Kumar", "Laurent", "Lee", "Lewis", "Lopez", "Mancini", "Martin", "Mensah",
    "Meyer", "Moore", "Moreau", "Müller", "Murphy", "Nagy", "Nakamura", "Nguyen", "Nielsen", "Novák", "Nowak",
    "Okafor", "Olsen", "Osei", "Papadakis", "Park", "Patel", "Pereira", "Petrov", "Popescu", "Price", "Quinn",
    "Ramos", "Reyes", "Ricci", "Richter", "Roberts", "Rossi", "Roy", "Ruiz", "Sato", "Schmidt", "Schneider",
    "Silva", "Singh", "Smith", "Sokolov", "Tanaka", "Taylor", "Torres", "Turner", "Varga", "Vogel", "Wagner",
    "Walker", "Weber", "White", "Wood", "Wright", "Yilmaz", "Zhang",
)  # fmt: skip
THINGS = {
    "Electronics": ("Headphones", "Speaker", "Keyboard", "Desk Fan", "Power Bank"),
    "Home": ("Lamp", "Cushion", "Vase", "Kettle", "Blanket"),
    "Clothing": ("Scarf", "Shirt", "Socks", "Cap", "Cardigan"),
    "Toys": ("Puzzle", "Kite", "Train Set", "Doll", "Board Game"),
    "Books": ("Novel", "Atlas", "Cookbook", "Biography", "Picture Book"),
    "Garden": ("Planter", "Watering Can", "Lantern", "Gloves", "Bird Feeder"),
}
MAKERS = (
    "Aldersey", "Birkholm", "Calverton", "Dunmore", "Eastwick", "Fjordal", "Glenhaven", "Harcott", "Isker",
    "Juniper", "Kestrel", "Lindqvist",
)  # fmt: skip
STYLES = (
    "Classic", "Nordic", "Urban", "Compact", "Royal", "Mini", "Vintage", "Everyday", "Signature", "Studio",
    "Heritage", "Coastal",
)  # fmt: skip
SUPPLIERS = (
    "Arden Trading",
    "Bexley Imports",
    "Corvus Supply",
    "Delmar Wholesale",
    "Elmhurst & Sons",
    "Farrow Goods",
    "Grantham Partners",
    "Holt Works",
)


def ascii_name(name: str) -> str:
    """A name as it stands in an e-mail address."""
    return unicodedata.normalize("NFKD", name.replace("ø", "o")).encode("ascii", "ignore").decode().lower()
