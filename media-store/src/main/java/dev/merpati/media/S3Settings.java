package dev.merpati.media;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where and how files are kept in S3, or in a compatible server. A null component takes its default. Nothing is checked until
 * a store is opened, so an application can bind these settings without using them.
 *
 * @param bucket must exist; required
 * @param region the region that requests are signed for; most servers other than AWS accept {@code us-east-1}, the default
 * @param endpoint such as {@code http://minio:9000}; none for AWS
 * @param pathStyle names the bucket in the path and not in the host name; most servers other than AWS need it
 * @param prefix of all keys, empty or ending with {@code /}; stores that share a bucket must differ in it
 * @param accessKeyId empty, like {@code secretAccessKey}, to take credentials from where the AWS SDK looks: environment,
 *     profile, container, instance
 * @param secretAccessKey goes with {@code accessKeyId}; never printed
 * @param callTimeout when one request to S3 fails, retries included; 1 s to 10 min, 1 min by default. It must suffice to load
 *     the largest file
 */
public record S3Settings(
        String bucket,
        String region,
        @Nullable URI endpoint,
        boolean pathStyle,
        String prefix,
        String accessKeyId,
        String secretAccessKey,
        Duration callTimeout) {
    private static final Pattern BUCKET = Pattern.compile("[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]");
    private static final Pattern REGION = Pattern.compile("[a-z0-9-]{1,40}");
    private static final Pattern PREFIX = Pattern.compile("([A-Za-z0-9_-][A-Za-z0-9._-]{0,99}/){0,8}");
    private static final Duration SHORTEST_CALL = Duration.ofSeconds(1);
    private static final Duration LONGEST_CALL = Duration.ofMinutes(10);

    public S3Settings(
            @Nullable String bucket,
            @Nullable String region,
            @Nullable URI endpoint,
            boolean pathStyle,
            @Nullable String prefix,
            @Nullable String accessKeyId,
            @Nullable String secretAccessKey,
            @Nullable Duration callTimeout) {
        this.bucket = Objects.requireNonNullElse(bucket, "");
        this.region = Objects.requireNonNullElse(region, "us-east-1");
        this.endpoint = endpoint;
        this.pathStyle = pathStyle;
        this.prefix = Objects.requireNonNullElse(prefix, "");
        this.accessKeyId = Objects.requireNonNullElse(accessKeyId, "");
        this.secretAccessKey = Objects.requireNonNullElse(secretAccessKey, "");
        this.callTimeout = Objects.requireNonNullElse(callTimeout, Duration.ofMinutes(1));
    }

    static S3Settings defaults() {
        return new S3Settings(null, null, null, false, null, null, null, null);
    }

    /** Returns whether the settings carry credentials, as opposed to those that the AWS SDK finds. */
    boolean hasCredentials() {
        return !accessKeyId.isEmpty();
    }

    /**
     * Checks every setting.
     *
     * @throws IllegalArgumentException naming every wrong setting, what was found and what is allowed
     */
    void validate() {
        List<String> problems = new ArrayList<>();
        if (!BUCKET.matcher(bucket).matches()) {
            problems.add("bucket is '" + bucket
                    + "', must be a bucket's name of 3 to 63 lower-case letters, digits, '.' and '-'");
        }
        if (!REGION.matcher(region).matches()) {
            problems.add("region is '" + region + "', must be a region's name such as eu-central-1");
        }
        if (endpoint != null && !isServer(endpoint)) {
            problems.add("endpoint is '" + endpoint + "', must be http://host:port or https://host:port");
        }
        if (!PREFIX.matcher(prefix).matches()) {
            problems.add("prefix is '" + prefix
                    + "', must be empty or names of letters, digits, '.', '_' and '-', each followed by '/'");
        }
        if (accessKeyId.isBlank() != secretAccessKey.isBlank()) {
            problems.add(
                    "credentials are incomplete, must be both an access key id and a secret access key, or neither");
        }
        if (callTimeout.compareTo(SHORTEST_CALL) < 0 || callTimeout.compareTo(LONGEST_CALL) > 0) {
            problems.add("call timeout is " + callTimeout + ", must be 1 s to 10 min");
        }
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException("media in S3: " + String.join("; ", problems));
        }
    }

    @Override
    public String toString() {
        return "S3Settings[bucket=" + bucket + ", region=" + region + ", endpoint=" + endpoint + ", prefix=" + prefix
                + ", accessKeyId=" + accessKeyId + "]";
    }

    private static boolean isServer(URI uri) {
        return ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))
                && uri.getHost() != null
                && (uri.getPath().isEmpty() || uri.getPath().equals("/"))
                && uri.getQuery() == null;
    }
}
