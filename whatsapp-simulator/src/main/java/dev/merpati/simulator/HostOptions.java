package dev.merpati.simulator;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where clients find the server, and why they trust it.
 *
 * @param certificateAuthority a PEM file with a root's certificate and private key, in place of a root of the simulator's own
 * @param names further host names and addresses that the server answers under; WhatsApp's, {@code localhost} and the loopback addresses need not be named
 * @param mediaHost the host, with its port if it is not 443, that clients are told to upload to; null for
 *     {@code mmg.whatsapp.net}, or for the address that a client has connected to if that is not one of WhatsApp's
 * @param mediaTokenLifetime how long the permission to upload is valid
 */
public record HostOptions(
        @Nullable Path certificateAuthority,
        List<String> names,
        @Nullable String mediaHost,
        Duration mediaTokenLifetime) {
    /** A root of the simulator's own; uploads are allowed for an hour. */
    public static final HostOptions DEFAULT = new HostOptions(null, List.of(), null, Duration.ofHours(1));

    public HostOptions {
        names = List.copyOf(names);
        if (mediaTokenLifetime.toSeconds() < 1) {
            throw new IllegalArgumentException(
                    "mediaTokenLifetime: found " + mediaTokenLifetime + ", allowed a second and more");
        }
    }

    public HostOptions withCertificateAuthority(Path value) {
        return new HostOptions(value, names, mediaHost, mediaTokenLifetime);
    }

    public HostOptions withNames(List<String> value) {
        return new HostOptions(certificateAuthority, value, mediaHost, mediaTokenLifetime);
    }

    public HostOptions withMediaHost(String value) {
        return new HostOptions(certificateAuthority, names, value, mediaTokenLifetime);
    }

    public HostOptions withMediaTokenLifetime(Duration value) {
        return new HostOptions(certificateAuthority, names, mediaHost, value);
    }
}
