package dev.merpati.worker.settings;

import dev.merpati.media.S3Credentials;
import dev.merpati.media.S3Settings;
import java.net.URI;
import java.time.Duration;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The bucket of a media store in S3; the same for gateways and workers. Wrong values stop the start-up when the store is
 * in S3, and are not looked at when it is not.
 *
 * @param bucket its name
 * @param region that requests are signed for
 * @param endpoint of a server other than AWS, such as {@code http://minio:9000}; empty for AWS
 * @param pathStyle whether the bucket is named in the path, which most servers other than AWS need
 * @param prefix of all keys, empty or ending with {@code /}
 * @param accessKeyId empty to take credentials from where the AWS SDK looks
 * @param secretAccessKey empty likewise
 * @param callTimeout after which one request has failed, repetitions included
 */
public record S3MediaSettings(
        @DefaultValue("") String bucket,
        @DefaultValue("us-east-1") String region,
        @DefaultValue("") String endpoint,
        @DefaultValue("false") boolean pathStyle,
        @DefaultValue("") String prefix,
        @DefaultValue("") String accessKeyId,
        @DefaultValue("") String secretAccessKey,
        @DefaultValue("1m") Duration callTimeout) {

    S3Settings toStore() {
        return new S3Settings(
                bucket,
                region,
                endpoint.isEmpty() ? null : URI.create(endpoint),
                pathStyle,
                prefix,
                accessKeyId.isEmpty() && secretAccessKey.isEmpty()
                        ? null
                        : new S3Credentials(accessKeyId, secretAccessKey),
                callTimeout);
    }

    /** Leaves the secret out. */
    @Override
    public String toString() {
        return "S3MediaSettings[bucket=" + bucket + ", region=" + region + ", endpoint=" + endpoint + "]";
    }
}
