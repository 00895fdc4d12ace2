package dev.merpati.worker.settings;

import jakarta.validation.constraints.AssertTrue;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * How WhatsApp is reached.
 *
 * @param proxy an HTTP CONNECT proxy such as {@code http://localhost:8443}; empty to connect directly
 * @param caCertificate a PEM file with the certificate authority to trust instead of the JVM's; empty for the JVM's
 * @param clientVersion the version of WhatsApp Web that we say we are, at least. WhatsApp refuses old ones after some
 *     months: then the sessions are {@code CLIENT_OUTDATED} until there is a newer one, from here, from the operator API
 *     or from WhatsApp's page
 * @param clientVersionLookup whether workers ask WhatsApp's own page for the newest version now and then
 * @param timeLockQuery the id of WhatsApp's {@code w:mex} query that tells whether an account may begin new chats; it changes
 *     with WhatsApp's releases
 * @param newChatCapQuery the id of the query that tells how many new chats an account may begin
 * @param preKeys how many one-time keys a session uploads at once, with which others begin conversations with it; WhatsApp Web
 *     uploads 812. Each takes some 90 bytes in Redis until it is used, and 0.2 ms to make
 * @param preKeyRotation after which a session replaces the signed key beside them; WhatsApp Web's time is 27 days
 * @param deviceName the name under "linked devices" on the phone
 * @param uploadTimeout how long the upload of a file may take, besides the time for its bytes
 * @param uploadMinimumRate bytes per second for that time: a slower upload is given up and tried again while its command lives
 */
public record WhatsAppSettings(
        @DefaultValue("") @Pattern(regexp = "|http://[^/?#@]+:\\d+", message = "must be empty or http://<host>:<port>")
        String proxy,

        @DefaultValue("") String caCertificate,

        @DefaultValue("2.3000.1045649367")
        @Pattern(
                regexp = "\\d{1,9}\\.\\d{1,9}\\.[01]?\\d{1,9}",
                message = "must be three numbers such as 2.3000.1045649367")
        String clientVersion,

        @DefaultValue("true") boolean clientVersionLookup,

        @DefaultValue("23983697327930364") @Pattern(regexp = "\\d{1,20}", message = "must be digits")
        String timeLockQuery,

        @DefaultValue("24503548349331633") @Pattern(regexp = "\\d{1,20}", message = "must be digits")
        String newChatCapQuery,

        @DefaultValue("812") @Min(30) @Max(2_000) int preKeys,

        @DefaultValue("27d") @DurationMin(days = 1) @DurationMax(days = 365)
        Duration preKeyRotation,

        @DefaultValue("Merpati") @NotBlank @Size(max = 50) String deviceName,

        @DefaultValue("30s") @DurationMin(seconds = 1) @DurationMax(minutes = 10)
        Duration uploadTimeout,

        @DefaultValue("125KB") DataSize uploadMinimumRate) {

    @AssertTrue(message = "merpati.whatsapp.upload-minimum-rate must be 1KB or more a second")
    boolean isUploadMinimumRateInRange() {
        return uploadMinimumRate.toBytes() >= 1024;
    }
}
