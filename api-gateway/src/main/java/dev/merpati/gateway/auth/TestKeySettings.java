package dev.merpati.gateway.auth;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Whether test keys may be used.
 *
 * @param testKeys true where the workers are connected to the simulator, which is all that a test key may reach
 */
@ConfigurationProperties("merpati.gateway")
record TestKeySettings(@DefaultValue("false") boolean testKeys) {}
