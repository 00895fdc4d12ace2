package dev.merpati.gateway.console;

import jakarta.validation.constraints.Pattern;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Where the simulator is.
 *
 * @param simulatorUrl the page of the simulator that the workers are connected to, which the console links to where a code is
 *     to be scanned; empty where they are connected to WhatsApp
 */
@Validated
@ConfigurationProperties("merpati.gateway")
record SimulatorPageSettings(
        @DefaultValue("") @Pattern(regexp = "(https?://\\S+)?")
        String simulatorUrl) {}
