package dev.merpati.gateway.removal;

import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How tenants are deleted.
 *
 * @param removalInterval between two looks for removals that another gateway has begun and perhaps not finished
 */
@Validated
@ConfigurationProperties("merpati.gateway")
record RemovalSettings(
        @DefaultValue("1m") @DurationMin(millis = 100) @DurationMax(hours = 1)
        Duration removalInterval) {}
