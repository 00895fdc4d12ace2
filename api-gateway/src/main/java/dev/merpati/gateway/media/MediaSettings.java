package dev.merpati.gateway.media;

import java.nio.file.Path;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Where files wait for their sending.
 *
 * @param directory shared by all gateways and workers
 */
@ConfigurationProperties("merpati.media")
record MediaSettings(@DefaultValue("data/media") Path directory) {}
