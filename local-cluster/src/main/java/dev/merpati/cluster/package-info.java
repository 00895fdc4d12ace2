/**
 * The product as separate processes on this machine: a broker, a Redis, a simulator, gateways, workers and dispatchers that
 * can be stopped, killed, paused, cut off and started again, and clients of their HTTP interfaces. Begin with {@link
 * dev.merpati.cluster.LocalCluster}.
 */
@NullMarked
package dev.merpati.cluster;

import org.jspecify.annotations.NullMarked;
