use resilience::{Rejection, circuit};

struct Plain;

impl From<Rejection> for Plain {
    fn from(_: Rejection) -> Self {
        Self
    }
}

#[circuit(failures = 5)]
async fn call() -> Result<(), Plain> {
    Ok(())
}

fn main() {}
