package dev.merpati.gateway.event;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Bounds the streams of events that clients keep open.
 *
 * @param maxOpen how many streams of all tenants this gateway keeps open; each is a connection
 * @param maxPerTenant how many of them one tenant may have; further ones are answered 429
 * @param life how long a stream stays open; its client then opens it again where it ended
 * @param keepAlive how often something is sent while nothing happens, and the client's key is looked at again
 * @param pollInterval how often this gateway looks for new events of each tenant with streams in case a notice of them was lost
 * @param stallTimeout how long a client may take nothing of what waits for it until its stream is closed
 * @param maxBuffered how many new events of one tenant are kept for its streams; a stream that is further behind reads from Redis
 */
@Validated
@ConfigurationProperties("merpati.gateway.event-streams")
record StreamSettings(
        @DefaultValue("10000") @Min(1) @Max(1_000_000) int maxOpen,
        @DefaultValue("500") @Min(1) @Max(1_000_000) int maxPerTenant,

        @DefaultValue("30m") @DurationMin(millis = 100) @DurationMax(hours = 24)
        Duration life,

        @DefaultValue("15s") @DurationMin(millis = 100) @DurationMax(minutes = 5)
        Duration keepAlive,

        @DefaultValue("10s") @DurationMin(millis = 100) @DurationMax(minutes = 5)
        Duration pollInterval,

        @DefaultValue("1m") @DurationMin(millis = 100) @DurationMax(minutes = 10)
        Duration stallTimeout,

        @DefaultValue("200") @Min(1) @Max(10_000) int maxBuffered) {}
