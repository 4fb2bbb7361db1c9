//! WebDAV servers, each configured as its manual says. Knows no test.

use std::{fs, path::Path};

use super::server::{PASSWORD, Recipe, Server, USER, from_pip, open_to_all, words};

impl Server {
    /// Apache 2.4 with mod_dav, from Debian.
    pub fn apache() -> Server {
        Server::start(&Recipe { name: "Apache", url: dav_url, command: apache, environment: |_| Vec::new() })
    }

    /// wsgidav on cheroot, from pip.
    pub fn wsgidav() -> Server {
        Server::start(&Recipe {
            name: "wsgidav",
            url: dav_url,
            command: wsgidav,
            environment: |_| Vec::new(),
        })
    }

    /// nginx with its own module and dav-ext, from Debian.
    pub fn nginx() -> Server {
        Server::start(&Recipe { name: "nginx", url: dav_url, command: nginx, environment: |_| Vec::new() })
    }

    /// lighttpd with mod_webdav, from Debian.
    pub fn lighttpd() -> Server {
        Server::start(&Recipe {
            name: "lighttpd",
            url: dav_url,
            command: lighttpd,
            environment: |_| Vec::new(),
        })
    }
}

/// A folder two below the top, neither of which is there yet.
fn dav_url(port: u16) -> String {
    format!("webdav://{USER}@127.0.0.1:{port}/dav/my%20lists")
}

/// The password in SHA-1, which Apache and nginx read.
const HASHED: &str = "{SHA}";

fn write_passwords(home: &Path) -> String {
    let path = home.join("passwords");
    fs::write(&path, format!("{USER}:{HASHED}{PASSWORD_SHA1}\n")).unwrap();
    path.to_string_lossy().into_owned()
}

const PASSWORD_SHA1: &str = "W8r/fyL/UzygmbNAjq2HbA67qac=";

fn apache(home: &Path, port: u16) -> Vec<String> {
    let passwords = write_passwords(home);
    let locks = home.join("locks");
    fs::create_dir(&locks).unwrap();
    open_to_all(&locks);
    let modules =
        ["mpm_event", "authn_core", "authn_file", "authz_core", "authz_user", "auth_basic", "dav", "dav_fs"];
    let modules: String = modules
        .map(|module| format!("LoadModule {module}_module /usr/lib/apache2/modules/mod_{module}.so\n"))
        .concat();
    let home = home.display();
    let user = if cfg!(unix) { "User www-data\nGroup www-data\n" } else { "" };
    let text = format!(
        "ServerRoot {home}\nListen 127.0.0.1:{port}\nServerName localhost\nPidFile {home}/pid\n{user}{modules}\
         DavLockDB {home}/locks/db\nDocumentRoot {home}/files\nErrorLog {home}/log\nKeepAlive On\n\
         <Directory {home}/files>\nDav On\nAuthType Basic\nAuthName lists\nAuthUserFile {passwords}\n\
         Require valid-user\n</Directory>\n"
    );
    let path = format!("{home}/apache.conf");
    fs::write(&path, text).unwrap();
    // One process, so that it ends when it is killed.
    words(&["/usr/sbin/apache2", "-f", &path, "-X"])
}

fn wsgidav(home: &Path, port: u16) -> Vec<String> {
    let text = format!(
        "host: 127.0.0.1\nport: {port}\nprovider_mapping:\n  \"/\": \"{}/files\"\nhttp_authenticator:\n  \
         accept_basic: true\n  accept_digest: false\n  default_to_digest: false\nsimple_dc:\n  user_mapping:\n    \"*\":\n      \
         {USER}:\n        password: \"{PASSWORD}\"\nverbose: 1\n",
        home.display()
    );
    let path = home.join("wsgidav.yaml");
    fs::write(&path, text).unwrap();
    words(&[&from_pip("wsgidav"), "--config", &path.to_string_lossy()])
}

fn nginx(home: &Path, port: u16) -> Vec<String> {
    let passwords = write_passwords(home);
    let home = home.display();
    let text = format!(
        "load_module /usr/lib/nginx/modules/ngx_http_dav_ext_module.so;\ndaemon off;\nmaster_process off;\n\
         pid {home}/pid;\nerror_log {home}/log;\nevents {{}}\nhttp {{\n  access_log off;\n\
         client_body_temp_path {home}/temp;\n  proxy_temp_path {home}/temp1;\n  fastcgi_temp_path {home}/temp2;\n\
         uwsgi_temp_path {home}/temp3;\n  scgi_temp_path {home}/temp4;\n  dav_ext_lock_zone zone=locks:1m;\n\
         server {{\n    listen 127.0.0.1:{port};\n    root {home}/files;\n    client_max_body_size 0;\n    \
         location / {{\n      auth_basic lists;\n      auth_basic_user_file {passwords};\n      \
         dav_methods PUT DELETE MKCOL COPY MOVE;\n      dav_ext_methods PROPFIND OPTIONS LOCK UNLOCK;\n      \
         dav_ext_lock zone=locks;\n      create_full_put_path off;\n    }}\n  }}\n}}\n"
    );
    let path = format!("{home}/nginx.conf");
    fs::write(&path, text).unwrap();
    words(&["/usr/sbin/nginx", "-c", &path, "-e", &format!("{home}/log")])
}

fn lighttpd(home: &Path, port: u16) -> Vec<String> {
    let passwords = home.join("plain");
    fs::write(&passwords, format!("{USER}:{PASSWORD}\n")).unwrap();
    let (home, passwords) = (home.display(), passwords.display());
    let text = format!(
        "server.modules = (\"mod_auth\", \"mod_authn_file\", \"mod_webdav\")\nserver.bind = \"127.0.0.1\"\n\
         server.port = {port}\nserver.document-root = \"{home}/files\"\nserver.errorlog = \"{home}/log\"\n\
         webdav.activate = \"enable\"\nauth.backend = \"plain\"\nauth.backend.plain.userfile = \"{passwords}\"\n\
         auth.require = (\"\" => (\"method\" => \"basic\", \"realm\" => \"lists\", \"require\" => \"valid-user\"))\n"
    );
    let path = format!("{home}/lighttpd.conf");
    fs::write(&path, text).unwrap();
    words(&["/usr/sbin/lighttpd", "-D", "-f", &path])
}
