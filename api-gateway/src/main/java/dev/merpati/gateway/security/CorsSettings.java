package dev.merpati.gateway.security;

import java.net.URI;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Which other sites' scripts may call the API, with an API key; the console's cookie is never sent along.
 *
 * @param allowedOrigins as {@code https://app.example.com}; none by default
 */
@ConfigurationProperties("merpati.gateway.cors")
record CorsSettings(@DefaultValue List<String> allowedOrigins) {
    CorsSettings {
        allowedOrigins = List.copyOf(allowedOrigins);
        allowedOrigins.forEach(origin -> {
            if (!isOrigin(origin)) {
                throw new IllegalArgumentException("merpati.gateway.cors.allowed-origins has '" + origin
                        + "', allowed are origins such as https://app.example.com, without a path");
            }
        });
    }

    private static boolean isOrigin(String text) {
        try {
            URI uri = URI.create(text);
            return ("https".equals(uri.getScheme()) || "http".equals(uri.getScheme()))
                    && uri.getHost() != null
                    && uri.getRawUserInfo() == null
                    && uri.getRawPath().isEmpty()
                    && uri.getRawQuery() == null
                    && uri.getRawFragment() == null;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
