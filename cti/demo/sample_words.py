"""Names and phrases that sample contacts are made of. Nobody here exists."""

from __future__ import annotations

FIRST = {
    "en": "Alice Ben Chloe Daniel Edith Frank Grace Harry Isla Jack Kate Liam Maya Noel Olive Peter Ruby Sam Tess Will",
    "es": "Alba Bruno Carmen Diego Elena Felipe Gloria Hugo Irene Javier Laura Mateo Nuria Oscar Pilar Rosa Sergio",
    "de": "Anke Bernd Clara Dieter Erika Florian Greta Heiko Ilse Jonas Karla Lukas Marta Niklas Petra Rolf Silke Uwe",
    "fr": "Aline Benoît Céline Damien Élise Fabien Gisèle Henri Inès Julien Karine Léo Manon Nicolas Odile Rémi Sarah",
}
LAST = {
    "en": "Abbott Barlow Carver Dalton Ellery Finch Garland Hale Irwin Jarvis Keane Lowell Mercer Norton Ogden Price "
    "Quill Rowe Sutton Thorne Upton Vance Walsh Yardley",
    "es": "Aguilar Bravo Campos Domínguez Espinoza Fuentes Gallego Herrera Ibáñez Lozano Molina Navarro Ortega Prieto",
    "de": "Albrecht Brandt Dietrich Ebert Fuchs Geiger Hartmann Jäger Krämer Lorenz Möller Neubauer Pohl Seidel Vogt",
    "fr": "Aubert Blanchard Chevalier Delorme Fabre Gauthier Hubert Jacquet Lambert Marchand Noël Perrin Roussel",
}
FIRMS = (
    "Amber Bright Cedar Delta Ember Falcon Granite Harbour Indigo Juniper Keystone Lantern Maple Northwind Orchard "
    "Pioneer Quarry Ridge Summit Tamarind Umber Vista Willow Zephyr"
)
TRADES = "Analytics Bakery Clinics Design Energy Foods Garden Hotels Insurance Logistics Motors Optics Print Textiles"
SOURCES = ("Web form", "Trade show", "Referral", "Webinar", "Cold call", "Partner")
CAMPAIGNS = ("Spring launch", "Summer webinar", "Autumn fair", "Winter renewal")
TAGS = ("renewal", "logistics", "newsletter", "pilot", "reference", "late payer", "prefers e-mail", "new site")
DEALS = ("Renewal", "Second site", "Upgrade to Pro", "Ten more seats", "Support contract", "Migration")
DEAL_STAGES = ("First talk", "Demo done", "Proposal sent", "In negotiation")
TICKETS = (
    "Invoice shows the old address",
    "Cannot log in since Monday",
    "Delivery is two days late",
    "Report is empty",
    "Wants to change the contact person",
    "Export stops half-way",
)
TICKET_STATUSES = ("New", "In progress", "Waiting for us", "Waiting for the customer")
TALKS = (
    ("call", "Asked for the new price list."),
    ("call", "Was helped with the log-in."),
    ("call", "Wanted to know when the order arrives."),
    ("email", "Sent the signed offer back."),
    ("email", "Opened the newsletter."),
    ("meeting", "Saw the demonstration."),
    ("chat", "Asked how to add a colleague."),
    ("note", "Prefers to be called before noon."),
)
