use resilience::retry;
use tests_renamed::elsewhere::Token;

#[retry]
async fn call() -> Result<u32, Token> {
    Ok(3)
}

fn main() {}
