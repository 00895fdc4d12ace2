package dev.merpati.gateway.settings;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.Pattern;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Identifies this gateway and bounds what it takes on.
 *
 * @param id unique among the running gateways: workers answer to it
 * @param maxOpenRequestsPerTenant how many requests of one tenant may wait for their answers here at a time; further ones
 *     are answered 429
 */
@Validated
@ConfigurationProperties(GatewaySettings.PREFIX)
public record GatewaySettings(
        @Pattern(regexp = "[A-Za-z0-9._-]{1,64}") String id,
        @DefaultValue("2000") @Min(1) @Max(1_000_000) int maxOpenRequestsPerTenant) {
    static final String PREFIX = "merpati.gateway";

    /**
     * Bounds how long requests wait for workers.
     *
     * @param sendTimeout how long a send waits for WhatsApp's acknowledgement before it answers 202
     * @param numberCheckTimeout how long a number check waits before it answers {@code unknown} for its numbers
     * @param reconnectTimeout how long a reconnect waits for the worker; it answers 200 then, too
     * @param deleteTimeout how long a delete waits for the worker; it answers 200 then, too
     */
    @Validated
    @ConfigurationProperties(PREFIX)
    public record Timeouts(
            @DefaultValue("30s") @DurationMin(millis = 100) @DurationMax(minutes = 5)
            Duration sendTimeout,

            @DefaultValue("30s") @DurationMin(millis = 100) @DurationMax(minutes = 5)
            Duration numberCheckTimeout,

            @DefaultValue("10s") @DurationMin(millis = 100) @DurationMax(minutes = 1)
            Duration reconnectTimeout,

            @DefaultValue("5s") @DurationMin(millis = 100) @DurationMax(minutes = 1)
            Duration deleteTimeout) {}

    /**
     * Governs the life of commands.
     *
     * @param commandTimeToLive from then on a worker that has not begun a command does not begin it
     * @param replyPollInterval how often a waiting request looks for its outcome in case the notice of it was lost
     */
    @Validated
    @ConfigurationProperties(PREFIX)
    public record Commands(
            @DefaultValue("5m") @DurationMin(seconds = 1) @DurationMax(hours = 12)
            Duration commandTimeToLive,

            @DefaultValue("1s") @DurationMin(millis = 50) @DurationMax(minutes = 1)
            Duration replyPollInterval) {}

    /**
     * Governs the handing out of QR codes.
     *
     * @param qrWait how long a request for a QR code waits for one
     * @param qrMinimumLife a code that can be scanned for a shorter time than this is not handed out any more
     */
    @Validated
    @ConfigurationProperties(PREFIX)
    public record Qr(
            @DefaultValue("10s") @DurationMin(millis = 100) @DurationMax(minutes = 1)
            Duration qrWait,

            @DefaultValue("2s") @DurationMin(millis = 0) @DurationMax(seconds = 15)
            Duration qrMinimumLife) {}
}
