package dev.merpati.gateway.media;

import dev.merpati.media.S3Credentials;
import dev.merpati.media.S3Settings;
import java.net.URI;
import java.time.Duration;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * A bucket in S3. Bad values stop the start when the store is there, and are not looked at when it is not.
 *
 * @param bucket its name
 * @param region that requests are signed for
 * @param endpoint of a server other than AWS, such as {@code http://minio:9000}; empty for AWS
 * @param pathStyle whether the bucket is named in the path, as most servers other than AWS need it
 * @param prefix of all keys, empty or ending with {@code /}
 * @param accessKeyId empty to take credentials from where the AWS SDK looks for them
 * @param secretAccessKey empty likewise
 * @param callTimeout after which one request has failed, repetitions included
 */
record BucketSettings(
        @DefaultValue("") String bucket,
        @DefaultValue("us-east-1") String region,
        @DefaultValue("") String endpoint,
        @DefaultValue("false") boolean pathStyle,
        @DefaultValue("") String prefix,
        @DefaultValue("") String accessKeyId,
        @DefaultValue("") String secretAccessKey,
        @DefaultValue("1m") Duration callTimeout) {

    S3Settings store() {
        boolean own = !accessKeyId.isEmpty() || !secretAccessKey.isEmpty();
        return new S3Settings(
                bucket,
                region,
                endpoint.isEmpty() ? null : URI.create(endpoint),
                pathStyle,
                prefix,
                own ? new S3Credentials(accessKeyId, secretAccessKey) : null,
                callTimeout);
    }

    /** Leaves the secret out. */
    @Override
    public String toString() {
        return "BucketSettings[bucket=" + bucket + ", region=" + region + ", endpoint=" + endpoint + "]";
    }
}
