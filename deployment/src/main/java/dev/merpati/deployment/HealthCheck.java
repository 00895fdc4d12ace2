package dev.merpati.deployment;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;

/**
 * Asks a URL whether a program is healthy, for container engines that can only run a command; the images have no shell and no
 * curl. Ends with 0 on an answer of 200 within 3 s, else with 1. Depends on nothing but the JDK.
 */
final class HealthCheck {
    private static final int TIMEOUT_MILLIS = 3_000;

    private HealthCheck() {}

    public static void main(String[] arguments) {
        System.exit(arguments.length == 1 && isHealthy(URI.create(arguments[0])) ? 0 : 1);
    }

    static boolean isHealthy(URI url) {
        try {
            HttpURLConnection connection = (HttpURLConnection) url.toURL().openConnection();
            connection.setConnectTimeout(TIMEOUT_MILLIS);
            connection.setReadTimeout(TIMEOUT_MILLIS);
            boolean healthy = connection.getResponseCode() == HttpURLConnection.HTTP_OK;
            connection.disconnect();
            return healthy;
        } catch (IOException e) {
            System.err.println(url + ": " + e);
            return false;
        }
    }
}
