"""What the fictional business sells. Its own goods, names and codes: no row of a real file is here.

Plain tables, so that a product or a category is added by adding a line.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Category:
    """A subcategory of goods, which the systems call category.

    Attributes:
        category_id: two letters, underscore, two letters.
        category: the main group.
        subcategory: its name within the group.
        has_maintenance: whether its goods can be serviced.
        is_sold: False for parts that are kept for repairs and never appear in an order.
    """

    category_id: str
    category: str
    subcategory: str
    has_maintenance: bool
    is_sold: bool = True


@dataclass(frozen=True)
class Family:
    """Products that differ in one property only.

    Attributes:
        category_id: the category of all of them.
        number: product number without the variant.
        name: product name without the variant.
        line: product line code: M mountain, R road, S other sales, T touring.
        price: current list price, whole.
        variants: keys of VARIANTS; empty when there is one product only.
    """

    category_id: str
    number: str
    name: str
    line: str
    price: int
    variants: str = ""


VARIANTS = {
    "S": "Small",
    "M": "Medium",
    "L": "Large",
    "X": "Extra Large",
    "G": "Green",
    "R": "Rust",
    "B": "Slate Blue",
    "2": "2 Person",
    "4": "4 Person",
    "6": "6 Person",
}

CATEGORIES = (
    Category("GA_HT", "Garden", "Hand Tools", has_maintenance=False),
    Category("GA_HO", "Garden", "Hoses and Sprinklers", has_maintenance=True),
    Category("GA_PL", "Garden", "Planters", has_maintenance=False),
    Category("GA_MO", "Garden", "Mowers", has_maintenance=True),
    Category("GA_GR", "Garden", "Greenhouses", has_maintenance=True),
    Category("CA_TE", "Camping", "Tents", has_maintenance=True),
    Category("CA_SB", "Camping", "Sleeping Bags", has_maintenance=False),
    Category("CA_ST", "Camping", "Stoves", has_maintenance=True),
    Category("CA_LA", "Camping", "Lanterns", has_maintenance=True),
    Category("CA_FU", "Camping", "Camp Furniture", has_maintenance=False),
    Category("HI_BP", "Hiking", "Backpacks", has_maintenance=False),
    Category("HI_PO", "Hiking", "Trekking Poles", has_maintenance=True),
    Category("HI_BT", "Hiking", "Boots", has_maintenance=True),
    Category("WE_GL", "Workwear", "Work Gloves", has_maintenance=False),
    Category("WE_JK", "Workwear", "Rain Jackets", has_maintenance=False),
    Category("PA_BL", "Spare Parts", "Mower Blades", has_maintenance=True, is_sold=False),
    Category("PA_TP", "Spare Parts", "Tent Fittings", has_maintenance=False, is_sold=False),
)

FAMILIES = (
    Family("GA_HT", "TR-1120", "Copperleaf Trowel", "S", 9),
    Family("GA_HT", "SP-1240", "Longacre Digging Spade", "S", 38),
    Family("GA_HT", "PR-1310", "Bypass Pruner", "S", 24, "SL"),
    Family("GA_HT", "RK-1405", "Fan Rake", "S", 17),
    Family("GA_HO", "HO-2025", "Brookline Hose 25 m", "S", 42),
    Family("GA_HO", "HO-2050", "Brookline Hose 50 m", "S", 69),
    Family("GA_HO", "SK-2210", "Orbit Lawn Sprinkler", "S", 29),
    Family("GA_PL", "PL-C301", "Terrace Planter", "S", 22, "SMLX"),
    Family("GA_PL", "PL-W310", "Cedar Window Box", "S", 31, "GRB"),
    Family("GA_MO", "MW-E410", "Meadow Electric Mower", "S", 389),
    Family("GA_MO", "MW-R450", "Meadow Ride-On Mower", "R", 1290),
    Family("GA_GR", "GH-A505", "Southwall Greenhouse", "S", 740, "ML"),
    Family("CA_TE", "TE-M610", "Ridgeback Tent", "M", 329, "246"),
    Family("CA_TE", "TE-T620", "Lakeshore Tent", "T", 219, "24"),
    Family("CA_SB", "SB-M640", "Frostline Sleeping Bag", "M", 149, "MLX"),
    Family("CA_SB", "SB-T645", "Summer Sleeping Bag", "T", 59, "ML"),
    Family("CA_ST", "ST-T660", "Twin Burner Stove", "T", 84),
    Family("CA_ST", "ST-M665", "Pocket Stove", "M", 46),
    Family("CA_LA", "LA-R680", "Beacon Lantern", "R", 27, "GRB"),
    Family("CA_FU", "FU-R701", "Folding Armchair", "R", 45, "GB"),
    Family("CA_FU", "FU-R710", "Roll-Top Table", "R", 78),
    Family("HI_BP", "BP-M740", "Summit Pack 60", "M", 189, "SML"),
    Family("HI_BP", "BP-T745", "Daytrail Pack 25", "T", 72, "GRB"),
    Family("HI_PO", "PO-M760", "Carbon Trekking Poles", "M", 99),
    Family("HI_PO", "PO-T765", "Alloy Trekking Poles", "T", 49),
    Family("HI_BT", "BT-M780", "Scree Boot", "M", 175, "SMLX"),
    Family("HI_BT", "BT-T785", "Footpath Boot", "T", 119, "SMLX"),
    Family("WE_GL", "GL-S810", "Thornproof Gloves", "S", 14, "SML"),
    Family("WE_JK", "JK-R840", "Downpour Jacket", "R", 96, "SMLX"),
    Family("PA_BL", "BL-9110", "Mower Blade 38 cm", "S", 26),
    Family("PA_BL", "BL-9120", "Mower Blade 46 cm", "S", 33),
    Family("PA_TP", "TP-M930", "Tent Pole Section", "M", 12),
    Family("PA_TP", "TP-T935", "Guy Line Set", "T", 8),
)
