use resilience::{retry, timeout};

use crate::{Error, Flaky};

#[retry]
#[timeout(1s)]
async fn search(flaky: &Flaky, goal: u32) -> Result<u32, Error> {
    let mut steps = 0;
    let found = 'outer: loop {
        for n in 0..10 {
            steps += 1;
            if n == 3 {
                continue 'outer;
            }
            if steps > goal {
                break 'outer n;
            }
        }
    };
    let block = 'block: {
        if found > 100 {
            break 'block 1;
        }
        0
    };
    while steps > goal {
        flaky.attempt()?;
        steps -= 1;
    }
    Ok(found + block)
}

pub(super) async fn run() {
    assert_eq!(search(&Flaky::times(1), 5).await, Ok(1));
}
