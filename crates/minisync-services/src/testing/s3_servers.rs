//! Servers that speak S3, each with an empty bucket `lists`. Knows no test.

use std::{
    fs,
    io::{Read as _, Write as _},
    net::TcpStream,
    path::Path,
};

use super::server::{ACCESS_KEY, PASSWORD, Recipe, Server, from_pip, words};

impl Server {
    /// `rclone serve s3`, from pip, which checks signatures.
    pub fn rclone_s3() -> Server {
        Server::start(&Recipe { name: "rclone serve s3", url, command: rclone, environment: |_| Vec::new() })
    }

    /// moto, from pip, which takes every key, and keeps all in memory.
    pub fn moto() -> Server {
        let server = Server::start(&Recipe { name: "moto", url, command: moto, environment: |_| Vec::new() });
        let mut stream = TcpStream::connect(("127.0.0.1", server.port())).unwrap();
        let request =
            "PUT /lists HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
        server
    }
}

fn url(port: u16) -> String {
    format!("s3://lists/my%20prefix?endpoint=http%3A%2F%2F127.0.0.1%3A{port}")
}

fn rclone(home: &Path, port: u16) -> Vec<String> {
    let files = home.join("files");
    fs::create_dir_all(files.join("lists")).unwrap();
    let (address, key) = (format!("127.0.0.1:{port}"), format!("{ACCESS_KEY},{PASSWORD}"));
    let files = files.to_string_lossy();
    let config = home.join("rclone.conf").to_string_lossy().into_owned();
    words(&[
        &from_pip("rclone"),
        "--config",
        &config,
        "serve",
        "s3",
        "--addr",
        &address,
        "--auth-key",
        &key,
        &files,
    ])
}

fn moto(_: &Path, port: u16) -> Vec<String> {
    words(&[&from_pip("moto_server"), "-H", "127.0.0.1", "-p", &port.to_string()])
}
