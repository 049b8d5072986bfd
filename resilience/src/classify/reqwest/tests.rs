//! Against a server of a few lines on the loopback interface, in real time.

use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    thread::{self, JoinHandle},
    time::Duration,
};

use ::reqwest::{Client, StatusCode};

use super::*;
use crate::classify::Class;

/// A server for one connection: it reads the head of the request, then does what it is told.
fn serve(answer: impl FnOnce(&mut TcpStream) + Send + 'static) -> (String, JoinHandle<()>) {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let url = url(listener.local_addr().unwrap());
    let thread = thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        // Nothing may hang, whatever the client does.
        stream
            .set_read_timeout(Some(Duration::from_secs(2)))
            .unwrap();
        let mut head = Vec::new();
        let mut buffer = [0; 1024];
        while !head.windows(4).any(|end| end == b"\r\n\r\n") {
            let read = stream.read(&mut buffer).unwrap();
            assert_ne!(read, 0, "the client went away");
            head.extend_from_slice(&buffer[..read]);
        }
        answer(&mut stream);
    });
    (url, thread)
}

/// Waits without holding up the runtime: the client's connection lives on it.
async fn finished(server: JoinHandle<()>) {
    tokio::task::spawn_blocking(|| server.join().unwrap())
        .await
        .unwrap();
}

fn url(address: SocketAddr) -> String {
    format!("http://{address}/")
}

fn client() -> Client {
    Client::builder()
        .no_proxy()
        .timeout(Duration::from_secs(5))
        .build()
        .unwrap()
}

/// What a client makes of this answer.
async fn answered(text: &'static str) -> Result<::reqwest::Response, ::reqwest::Error> {
    let (url, server) = serve(move |stream| stream.write_all(text.as_bytes()).unwrap());
    let response = client().get(url).send().await;
    finished(server).await;
    response
}

#[tokio::test]
async fn a_refused_connection_had_no_effect() {
    let address = TcpListener::bind(("127.0.0.1", 0))
        .unwrap()
        .local_addr()
        .unwrap();
    let error = client()
        .post(url(address))
        .body("x")
        .send()
        .await
        .unwrap_err();
    assert!(error.is_connect(), "{error:?}");
    assert_eq!(error.classify(), Verdict::retryable());
}

#[tokio::test]
async fn a_name_that_does_not_resolve_had_no_effect() {
    let error = client()
        .get("http://no-such-host.invalid/")
        .send()
        .await
        .unwrap_err();
    assert_eq!(error.classify(), Verdict::retryable(), "{error:?}");
}

#[tokio::test]
async fn a_connection_closed_instead_of_an_answer_is_in_doubt() {
    let (url, server) = serve(|_| ());
    let error = client().post(url).body("x").send().await.unwrap_err();
    finished(server).await;
    assert_eq!(
        error.classify(),
        Verdict::retryable().in_doubt(),
        "{error:?}"
    );
}

#[tokio::test]
async fn an_answer_that_breaks_off_is_in_doubt() {
    let cut = "HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\nfour hundred bytes, say";
    let error = answered(cut).await.unwrap().text().await.unwrap_err();
    assert_eq!(
        error.classify(),
        Verdict::retryable().in_doubt(),
        "{error:?}"
    );

    let cut = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n10\r\nhalf";
    let error = answered(cut).await.unwrap().bytes().await.unwrap_err();
    assert_eq!(
        error.classify(),
        Verdict::retryable().in_doubt(),
        "{error:?}"
    );
}

#[tokio::test]
async fn a_reset_within_the_body_is_in_doubt() {
    // The head is sent at once; the reset follows when the client has seen it.
    let (seen, wait) = std::sync::mpsc::channel();
    let (url, server) = serve(move |stream| {
        stream
            .write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\npart")
            .unwrap();
        wait.recv().unwrap();
        // Closing with unread input makes the kernel send a reset.
        stream.peek(&mut [0; 1]).unwrap();
    });
    let body = vec![b'x'; 100_000];
    let response = client().post(url).body(body).send().await.unwrap();
    seen.send(()).unwrap();
    let error = response.text().await.unwrap_err();
    finished(server).await;
    let cause = find::<io::Error>(&error).map(io::Error::kind);
    assert_eq!(cause, Some(ErrorKind::ConnectionReset), "{error:?}");
    assert_eq!(error.classify(), Verdict::retryable().in_doubt());
}

#[tokio::test]
async fn a_timeout_is_in_doubt() {
    // Keeps the connection until the client gives up.
    let (url, server) = serve(|stream| drop(stream.read(&mut [0; 1])));
    let client = Client::builder()
        .no_proxy()
        .timeout(Duration::from_millis(50))
        .build()
        .unwrap();
    let error = client.get(url).send().await.unwrap_err();
    finished(server).await;
    assert!(error.is_timeout(), "{error:?}");
    assert_eq!(error.classify(), Verdict::retryable().in_doubt());
}

#[tokio::test]
async fn a_timeout_within_the_body_is_in_doubt() {
    let (url, server) = serve(|stream| {
        stream
            .write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\npart")
            .unwrap();
        drop(stream.read(&mut [0; 1]));
    });
    let client = Client::builder()
        .no_proxy()
        .timeout(Duration::from_millis(100))
        .build()
        .unwrap();
    let error = client
        .get(url)
        .send()
        .await
        .unwrap()
        .text()
        .await
        .unwrap_err();
    finished(server).await;
    assert!(error.is_timeout(), "{error:?}");
    assert_eq!(error.classify(), Verdict::retryable().in_doubt());
}

#[tokio::test]
async fn a_request_that_can_not_be_built_is_permanent() {
    let error = client().get("no url").send().await.unwrap_err();
    assert!(error.is_builder(), "{error:?}");
    assert_eq!(error.classify(), Verdict::permanent());
}

#[tokio::test]
async fn an_answer_that_is_no_http_is_in_doubt() {
    let error = answered("SSH-2.0-OpenSSH_9.9\r\n\r\n").await.unwrap_err();
    assert!(
        error.classify().effect == crate::Effect::InDoubt,
        "{error:?}"
    );
}

#[tokio::test]
async fn too_many_redirects_are_permanent() {
    let (url, server) = serve(|stream| {
        stream
            .write_all(b"HTTP/1.1 302 Found\r\nlocation: /\r\ncontent-length: 0\r\n\r\n")
            .unwrap();
    });
    let none = ::reqwest::redirect::Policy::custom(|attempt| attempt.error("no further"));
    let client = Client::builder().no_proxy().redirect(none).build().unwrap();
    let error = client.get(url).send().await.unwrap_err();
    finished(server).await;
    assert!(error.is_redirect(), "{error:?}");
    assert_eq!(error.classify(), Verdict::permanent().in_doubt());
}

#[tokio::test]
async fn error_for_status_goes_by_the_table() {
    for (text, expected) in [
        (
            "HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n",
            Verdict::permanent(),
        ),
        (
            "HTTP/1.1 429 Busy\r\ncontent-length: 0\r\n\r\n",
            Verdict::throttled(),
        ),
        (
            "HTTP/1.1 502 Bad\r\ncontent-length: 0\r\n\r\n",
            Verdict::retryable().in_doubt(),
        ),
    ] {
        let error = answered(text)
            .await
            .unwrap()
            .error_for_status()
            .unwrap_err();
        assert_eq!(error.classify(), expected, "{text}");
    }
}

#[tokio::test]
async fn classified_keeps_retry_after_in_both_forms() {
    let seconds = "HTTP/1.1 429 Busy\r\nretry-after: 7\r\ncontent-length: 0\r\n\r\n";
    let date = "HTTP/1.1 429 Busy\r\ndate: Sun, 06 Nov 1994 08:49:30 GMT\r\n\
                retry-after: Sun, 06 Nov 1994 08:49:37 GMT\r\ncontent-length: 0\r\n\r\n";
    for text in [seconds, date] {
        let error = answered(text).await.unwrap().classified().unwrap_err();
        assert_eq!(error.status(), StatusCode::TOO_MANY_REQUESTS);
        assert_eq!(
            error.classify(),
            Verdict::throttled().after(Duration::from_secs(7))
        );
    }
    let good = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";
    assert_eq!(
        answered(good)
            .await
            .unwrap()
            .classified()
            .unwrap()
            .text()
            .await
            .unwrap(),
        "ok"
    );
}

#[tokio::test]
async fn a_rejection_inside_speaks_for_itself() {
    let (url, server) = serve(|stream| {
        stream
            .write_all(b"HTTP/1.1 302 Found\r\nlocation: /\r\ncontent-length: 0\r\n\r\n")
            .unwrap();
    });
    let full = || Rejection::BulkheadFull { site: "inner" };
    let policy = ::reqwest::redirect::Policy::custom(move |attempt| attempt.error(full()));
    let client = Client::builder()
        .no_proxy()
        .redirect(policy)
        .build()
        .unwrap();
    let error = client.get(url).send().await.unwrap_err();
    finished(server).await;
    assert_eq!(error.classify().class, Class::Retryable);
    assert_eq!(error.classify(), full().classify());
}
