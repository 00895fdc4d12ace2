package dev.merpati.gateway.settings;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Bounds clients' connections.
 *
 * @param maxOpen how many may be open at a time; further ones are answered 503 and closed
 * @param headTimeout how long a request's line and headers may take from their first byte on (408), and how long a connection
 *     stays open for the rest of a body whose request has been answered
 */
@Validated
@ConfigurationProperties("merpati.gateway.connections")
public record ConnectionSettings(
        @DefaultValue("20000") @Min(1) @Max(10_000_000) int maxOpen,

        @DefaultValue("15s") @DurationMin(millis = 100) @DurationMax(minutes = 5)
        Duration headTimeout) {}
