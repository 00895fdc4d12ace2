package dev.merpati.gateway.web;

import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What stands between this gateway and its clients.
 *
 * @param trustedProxies networks whose {@code X-Forwarded-For} and {@code X-Forwarded-Proto} are believed, as
 *     {@code 10.0.0.0/8} or a single address; none by default
 */
@ConfigurationProperties("merpati.gateway")
record ProxySettings(@DefaultValue List<String> trustedProxies) {
    ProxySettings {
        trustedProxies = List.copyOf(trustedProxies);
        trustedProxies.forEach(network -> {
            if (!Network.isNetwork(network)) {
                throw new IllegalArgumentException("merpati.gateway.trusted-proxies has '" + network
                        + "', allowed are addresses and networks such as 10.0.0.0/8 or fd00::/8");
            }
        });
    }
}
