@NullMarked
package dev.merpati.dispatcher.consumer;

import org.jspecify.annotations.NullMarked;
