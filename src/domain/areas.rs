//! Where outcodes lie, and how far apart two of them are.

use std::collections::HashMap;

/// Help is looked for within so many metres: ten miles.
pub const FARTHEST: u32 = 16_093;
/// So many of the nearest other outcodes are looked through: in London a walk away, in the country as far as [`FARTHEST`].
const NEAREST: usize = 12;

/// A national grid. Coordinates on two of them have nothing to do with each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grid {
    /// The National Grid of Great Britain.
    Britain,
    /// The Irish Grid, for Northern Ireland.
    Ireland,
}

impl Grid {
    /// The grid on which the postcodes of an area are given: its letters tell.
    pub fn of(outcode: &str) -> Self {
        if letters(outcode) == "BT" {
            Self::Ireland
        } else {
            Self::Britain
        }
    }

    /// The word in the `grid` column.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Britain => "britain",
            Self::Ireland => "ireland",
        }
    }
}

/// A point on a national grid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Point {
    /// Which grid.
    pub grid: Grid,
    /// Metres east of its origin.
    pub east: i32,
    /// Metres north of its origin.
    pub north: i32,
}

impl Point {
    /// How many metres two points are apart, as the crow flies; none where they are on different grids.
    pub fn metres_to(self, other: Self) -> Option<u32> {
        let along = |one: i32, other: i32| f64::from(one) - f64::from(other);
        let metres = along(self.east, other.east).hypot(along(self.north, other.north));
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "the farthest that two such points can be apart is less than u32 holds more than once"
        )]
        let metres = metres.round().min(f64::from(u32::MAX)) as u32;
        (self.grid == other.grid).then_some(metres)
    }
}

/// The middle of an outcode.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AreaPoint {
    /// The outcode, upper case.
    pub outcode: String,
    /// The mean of its postcodes.
    pub point: Point,
    /// Of how many.
    pub postcodes: u32,
}

/// How far apart two outcodes are; what is nearer is less.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Distance {
    /// The same outcode.
    Same,
    /// So many metres from middle to middle, [`FARTHEST`] at most.
    Away(u32),
    /// Of the same postcode area; nobody told kith how far apart.
    Near,
    /// Too far to help each other.
    Far,
}

/// Where outcodes lie, as far as that is known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Areas(HashMap<String, Point>);

impl Areas {
    /// Takes in what others know.
    pub fn extend(&mut self, others: Self) {
        self.0.extend(others.0);
    }

    /// How far apart two outcodes are. Where one of them is not known, their letters tell: `ME7` and `ME8` are near,
    /// `ME7` and `CT1` are far.
    pub fn distance(&self, one: &str, other: &str) -> Distance {
        if one == other {
            return Distance::Same;
        }
        match (self.0.get(one), self.0.get(other)) {
            (Some(here), Some(there)) => match here.metres_to(*there) {
                Some(metres) if metres <= FARTHEST => Distance::Away(metres),
                _ => Distance::Far,
            },
            _ if letters(one) == letters(other) => Distance::Near,
            _ => Distance::Far,
        }
    }

    /// The nearest other outcodes that help may come from, nearest first.
    pub fn around(&self, outcode: &str) -> Vec<&str> {
        let Some(here) = self.0.get(outcode) else {
            return Vec::new();
        };
        let mut others: Vec<(u32, &str)> = self
            .0
            .iter()
            .filter(|(other, _)| *other != outcode)
            .filter_map(|(other, there)| Some((here.metres_to(*there)?, other.as_str())))
            .filter(|(metres, _)| *metres <= FARTHEST)
            .collect();
        others.sort_unstable();
        others.truncate(NEAREST);
        others.into_iter().map(|(_, outcode)| outcode).collect()
    }
}

impl FromIterator<(String, Point)> for Areas {
    fn from_iter<I: IntoIterator<Item = (String, Point)>>(points: I) -> Self {
        Self(points.into_iter().collect())
    }
}

/// The letters of the postcode area that an outcode lies in.
pub fn letters(outcode: &str) -> &str {
    let end = outcode.find(|sign: char| !sign.is_ascii_alphabetic());
    &outcode[..end.unwrap_or(outcode.len())]
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn areas(points: &[(&str, i32, i32)]) -> Areas {
        let point = |(outcode, east, north): &(&str, i32, i32)| {
            let grid = Grid::of(outcode);
            let (east, north) = (*east, *north);
            ((*outcode).to_owned(), Point { grid, east, north })
        };
        points.iter().map(point).collect()
    }

    #[test]
    fn without_coordinates_outcodes_of_one_area_are_near() {
        let nowhere = Areas::default();
        assert_eq!(nowhere.distance("ME7", "ME7"), Distance::Same);
        assert_eq!(nowhere.distance("ME7", "ME17"), Distance::Near);
        assert_eq!(nowhere.distance("ME7", "M7"), Distance::Far);
        assert_eq!(nowhere.distance("E1W", "EC1A"), Distance::Far);
        assert!(nowhere.around("ME7").is_empty());
    }

    #[test]
    fn with_coordinates_letters_say_nothing() {
        let areas = areas(&[
            ("SE1", 532_000, 179_500),
            ("EC1A", 532_000, 181_500),
            ("SE28", 547_000, 180_500),
            ("SE99", 560_000, 180_500),
            ("BT1", 532_000, 179_600),
        ]);
        assert_eq!(areas.distance("SE1", "EC1A"), Distance::Away(2000));
        assert_eq!(areas.distance("SE1", "SE28"), Distance::Away(15_033));
        assert_eq!(areas.distance("SE1", "SE99"), Distance::Far);
        assert_eq!(areas.distance("SE1", "BT1"), Distance::Far, "another grid");
        assert_eq!(
            areas.distance("SE1", "SE5"),
            Distance::Near,
            "SE5 is not known"
        );
        assert_eq!(areas.around("SE1"), ["EC1A", "SE28"]);
    }

    #[test]
    fn the_nearest_few_are_looked_through() {
        let names: Vec<_> = (0..30).map(|number| format!("ZE{number}")).collect();
        let points: Vec<_> = (0..)
            .zip(&names)
            .map(|(at, name)| (name.as_str(), at * 100, 0))
            .collect();
        let areas = areas(&points);
        let around = areas.around("ZE0");
        assert_eq!(around.len(), NEAREST);
        assert_eq!(around[..2], ["ZE1", "ZE2"]);
    }

    proptest! {
        #[test]
        fn distance_is_the_same_both_ways(
            points in proptest::collection::vec((0..700_000, 0..1_300_000), 0..6),
            near in (0..20_000, 0..20_000),
        ) {
            let names = ["ME7", "ME8", "SE1", "EC1A", "BT1", "BT2", "ZE1"];
            let mut known: Vec<(&str, i32, i32)> =
                names.iter().zip(&points).map(|(name, (east, north))| (*name, *east, *north)).collect();
            // Two that are likely near each other.
            if let Some((_, east, north)) = known.first().copied() {
                known.push(("CT9", east + near.0, north + near.1));
            }
            let areas = areas(&known);
            for one in names.iter().chain(["CT9", "M1"].iter()) {
                prop_assert_eq!(areas.distance(one, one), Distance::Same);
                for other in names.iter().chain(["CT9", "M1"].iter()) {
                    let apart = areas.distance(one, other);
                    prop_assert_eq!(apart, areas.distance(other, one));
                    prop_assert!(!matches!(apart, Distance::Away(metres) if metres > FARTHEST));
                }
                for other in areas.around(one) {
                    prop_assert!(matches!(areas.distance(one, other), Distance::Away(_)));
                }
            }
        }
    }
}
