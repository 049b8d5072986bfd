use resilience::{fallback, retry, timeout};

use crate::{Error, Flaky};

#[derive(Debug, Clone)]
struct Point {
    x: u32,
    y: u32,
}

#[derive(Debug, Clone, Copy)]
struct Meters(u32);

#[fallback(value = 0)]
#[retry]
#[timeout(1s)]
async fn add(
    flaky: &Flaky,
    (one, mut two): (u32, u32),
    [three, .., _]: [u32; 4],
    Point { x, y: four }: Point,
    &five: &u32,
    Meters(six): Meters,
    all @ (_, _): (u32, u32),
) -> Result<u32, Error> {
    two += one;
    flaky.attempt()?;
    Ok(two + three + x + four + five + six + all.0)
}

pub(super) async fn run() {
    let point = Point { x: 4, y: 5 };
    let flaky = Flaky::times(1);
    let sum = add(&flaky, (1, 2), [3, 0, 0, 0], point, &6, Meters(7), (8, 9));
    assert_eq!(sum.await, Ok(36));
}
