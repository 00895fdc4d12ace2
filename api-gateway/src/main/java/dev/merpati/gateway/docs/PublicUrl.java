package dev.merpati.gateway.docs;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.stereotype.Component;

/** Finds the URL that clients reach this gateway at, for examples. */
@Component
public class PublicUrl {
    /** The setting's default: nobody has said where we are. */
    private static final String NOT_SET = "http://localhost:8080";

    private final String configured;

    PublicUrl(@Value("${merpati.accounts.public-url:" + NOT_SET + "}") String configured) {
        this.configured = configured;
    }

    /** Returns the configured URL, else the one that the request came to; without a slash at its end. */
    public String of(ServerHttpRequest request) {
        String url = configured.equals(NOT_SET)
                ? request.getURI().getScheme() + "://" + request.getURI().getAuthority()
                : configured;
        return url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
    }
}
