use resilience::retry;
use tests_renamed::elsewhere::Answer;

#[retry]
async fn call() -> Answer {
    3
}

fn main() {}
