package dev.merpati.worker.settings;

import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How WhatsApp is reached.
 *
 * @param proxy an HTTP CONNECT proxy such as {@code http://localhost:8443}; empty to connect directly
 * @param caCertificate a PEM file with the certificate authority to trust instead of the JVM's; empty for the JVM's
 * @param clientVersion the version of WhatsApp Web that we say we are. WhatsApp refuses old ones after some
 *     months: then the sessions are {@code CLIENT_OUTDATED} until this is a newer one
 * @param deviceName the name under "linked devices" on the phone
 */
public record WhatsAppSettings(
        @DefaultValue("") @Pattern(regexp = "|http://[^/?#@]+:\\d+", message = "must be empty or http://<host>:<port>")
        String proxy,

        @DefaultValue("") String caCertificate,

        @DefaultValue("2.3000.1023223821")
        @Pattern(regexp = "\\d+\\.\\d+\\.\\d+", message = "must be three numbers such as 2.3000.1023223821")
        String clientVersion,

        @DefaultValue("Merpati") @NotBlank @Size(max = 50) String deviceName) {}
