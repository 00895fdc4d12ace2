package dev.merpati.simulator.control;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** The page: three files that are part of the program. */
final class PageEndpoints {
    void addTo(Router router) {
        add(router, "/", "index.html", "text/html; charset=utf-8");
        add(router, "/page.css", "page.css", "text/css; charset=utf-8");
        add(router, "/page.js", "page.js", "text/javascript; charset=utf-8");
        add(router, "/favicon.svg", "favicon.svg", "image/svg+xml");
    }

    private static void add(Router router, String path, String file, String contentType) {
        Response response = new Response.Full(200, contentType, read(file));
        router.now("GET", path, _ -> response);
    }

    private static byte[] read(String file) {
        try (InputStream in = PageEndpoints.class.getResourceAsStream("/simulator-page/" + file)) {
            if (in == null) {
                throw new IllegalStateException("The page's " + file + " is not on the class path");
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read the page's " + file, e);
        }
    }
}
