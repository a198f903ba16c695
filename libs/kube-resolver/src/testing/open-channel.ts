// Makes one call over a kubernetes: target and leaves the channel open: the process must end by itself all the same.
import { Client, credentials } from "@grpc/grpc-js";
import { register } from "../index.ts";
import { callOnce } from "./call.ts";

register();
console.log(await callOnce(new Client("kubernetes:///backend:grpc", credentials.createInsecure())));
