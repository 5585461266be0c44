"""What comes up at a center, and how often: situations, media, the papers that belong to a program."""

from __future__ import annotations

# How often each situation comes up in a generated set.
SITUATIONS: dict[str, int] = {
    "plain": 30,
    "attachments": 18,
    "no_number": 10,
    "changed": 7,
    "from_employer": 8,
    "employers_list": 4,
    "two_people": 5,
    "two_cases": 6,
    "closed": 4,
    "not_on_file": 8,
    "late": 3,
    "namesake": 5,
    "family": 4,
    "again": 7,
    "advert": 5,
    "blank": 2,
    "certificate": 4,
    "recognition": 3,
    "monthly": 4,
}
MEDIA_WEIGHTS = {"fax_fine": 36, "fax_std": 19, "scan_pdf": 18, "text_pdf": 14, "photo": 9, "png": 2}
USUAL: dict[str, tuple[str, ...]] = {
    "ub_application": ("separation_certificate", "bankbook_copy", "id_card"),
    "ub_recognition": ("medical_certificate", "id_card"),
    "epi_application": ("employment_contract", "payroll", "business_registration", "bankbook_copy"),
    "nes_application": ("resident_register", "id_card", "bankbook_copy"),
    "vtc_application": ("id_card",),
    "pl_application": ("employment_contract", "payroll", "bankbook_copy", "resident_register"),
}
