use resilience::timeout;
use tests_renamed::elsewhere::Token;

#[timeout(1s)]
async fn call() -> Result<u32, Token> {
    Ok(3)
}

fn main() {}
