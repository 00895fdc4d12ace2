@NullMarked
package dev.merpati.worker.consumer;

import org.jspecify.annotations.NullMarked;
