"""Summer holidays of the schools in North Rhine-Westphalia, first and last day.

Source: the Conference of Ministers of Education (Kultusministerkonferenz), long-term tables of the summer
holidays 2018-2024 and 2025-2030, and its yearly overview for 2017. Reports to councils date things by
them ("nach den Sommerferien").
"""

from __future__ import annotations

from datetime import date

SUMMER = {
    2017: (date(2017, 7, 17), date(2017, 8, 29)),
    2018: (date(2018, 7, 16), date(2018, 8, 28)),
    2019: (date(2019, 7, 15), date(2019, 8, 27)),
    2020: (date(2020, 6, 29), date(2020, 8, 11)),
    2021: (date(2021, 7, 5), date(2021, 8, 17)),
    2022: (date(2022, 6, 27), date(2022, 8, 9)),
    2023: (date(2023, 6, 22), date(2023, 8, 4)),
    2024: (date(2024, 7, 8), date(2024, 8, 20)),
    2025: (date(2025, 7, 14), date(2025, 8, 26)),
    2026: (date(2026, 7, 20), date(2026, 9, 1)),
    2027: (date(2027, 7, 19), date(2027, 8, 31)),
    2028: (date(2028, 7, 10), date(2028, 8, 22)),
    2029: (date(2029, 7, 2), date(2029, 8, 14)),
    2030: (date(2030, 6, 24), date(2030, 8, 6)),
}
